// Owns a run's settings: flags, configuration files and functionConfig put together.
import type { Manifest } from './manifest.ts';
import type { PrepareOptions } from './pipeline.ts';
import type { InputCommand } from './cli.ts';
import { UsageError } from './errors.ts';
import type { RenderConfig } from './eso/types.ts';
import type { Environment } from './outcome.ts';
import { readConfigFile, readFunctionConfig, readStoreFile } from './config.ts';
import { operatorsFields, type RunOptions, runOptions } from './options.ts';

export type Configuration = RunOptions & PrepareOptions;

/** Names the file of the operator's configuration where a host leaves no room for `--config`, as kustomize does. */
const configVariable = 'ESO_RENDER_CONFIG';

/** @throws UsageError where a configuration cannot be read, or a functionConfig says what is the operator's to say. */
export function configuration(
  command: InputCommand,
  env: Environment,
  functionManifest?: Manifest,
): Configuration {
  const functionConfig =
    functionManifest === undefined ? undefined : readFunctionConfig(functionManifest);
  if (functionConfig !== undefined) refuseOperators(functionConfig);
  const path = command.config ?? (env[configVariable] || undefined);
  const file = path === undefined ? undefined : readConfigFile(path);
  if (file?.spec.externalSecrets !== undefined)
    throw new UsageError(
      `${path}: spec.externalSecrets stands in a functionConfig only; elsewhere ExternalSecrets are input`,
    );
  return {
    ...runOptions(command.flags, { functionConfig, file }, env),
    configured: [...command.storeFiles.flatMap(readStoreFile), ...storesOf(file, path)],
    functionStores: storesOf(functionConfig, 'functionConfig'),
  };
}

function storesOf(config: RenderConfig | undefined, file: string | undefined): readonly Manifest[] {
  return (config?.spec.stores ?? []).map((value) => ({
    value,
    locate: () => ({ document: 1, line: 1, column: 1, ...(file === undefined ? {} : { file }) }),
  }));
}

/**
 * A functionConfig lies among the manifests. Whoever writes those is not to reach what this process holds or may read, nor
 * to say where it goes.
 */
function refuseOperators({ spec }: RenderConfig): void {
  const { serviceAccounts = [] } = spec;
  const fields = Object.entries({
    ...Object.fromEntries(operatorsFields.map((field) => [`spec.${field}`, spec[field]])),
    ...Object.fromEntries(
      serviceAccounts.map(({ tokenFile }, index) => [
        `spec.serviceAccounts[${index}].tokenFile`,
        tokenFile,
      ]),
    ),
  });
  const [field] = fields.find(([, value]) => value !== undefined) ?? [];
  if (field === undefined) return;
  throw new UsageError(
    `${field} cannot stand in a functionConfig, which lies among the manifests: give it as a flag, or in the file that --config or ${configVariable} names`,
  );
}
