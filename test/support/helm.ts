// Owns helm as a program: the two versions whose post-renderers differ.
import { must } from './command.ts';
import { built, goEnv, type Tool } from './tools.ts';

const versions = { 3: 'v3.22.0', 4: 'v4.3.1' } as const;

/** Helm of a major version, out of the Go module proxy. */
export async function helm(major: keyof typeof versions): Promise<Tool> {
  const version = versions[major];
  return built('helm', {
    key: `helm-${version}`,
    duration: '2 to 6 minutes',
    build: (folder) =>
      must(['nice', 'go', 'install', `helm.sh/helm/v${major}/cmd/helm@${version}`], {
        env: { ...goEnv, GOBIN: folder },
      }),
  });
}
