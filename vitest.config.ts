// Owns which tests belong to which suite.
import { defineConfig, type ViteUserConfigExport } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.ts';
import { checkProviderPage } from './test/support/provider-page.ts';

const shared = {
  maxConcurrency: 4,
  expect: { requireAssertions: true },
  env: { TZ: 'UTC', AWS_EC2_METADATA_DISABLED: 'true' },
};

const config: ViteUserConfigExport = defineConfig({
  test: {
    reporters: ['default', new CountReporter([checkProviderPage])],
    passWithNoTests: false,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: [
            'test/{unit,property,golden}/**/*.test.ts',
            'test/conformance/semantics.test.ts',
            'test/*.test.ts',
          ],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          exclude: ['test/conformance/semantics.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'hosts',
          include: ['test/hosts/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 3_000_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
