// Owns the real hosts as programs: where each comes from, or why it is missing.
import { basename, join } from 'node:path';
import { must } from '../support/command.ts';
import { built, goEnv, goProgram, type Tool } from '../support/tools.ts';

/** Needed in CI: what the plugin is for. */
export async function kustomize(): Promise<Tool> {
  const version = 'v5.8.2';
  const source = `sigs.k8s.io/kustomize/kustomize/v5@${version}`;
  return required(
    await built('kustomize', {
      key: `kustomize-${version}`,
      duration: '1 minute',
      build: (folder) =>
        must(['nice', 'go', 'install', source], { env: { ...goEnv, GOBIN: folder } }),
    }),
  );
}

/** Argo CD's cmp-server and repo-server. Needed in CI: what the plugin is for. */
export async function argohost(): Promise<Tool> {
  return required(
    await goProgram(join(import.meta.dirname, 'argohost'), {
      duration: '5 to 15 minutes',
      ldflags: '-s -w',
    }),
  );
}

function required(tool: Tool): Tool {
  if ('missing' in tool && process.env['CI'] === 'true') throw new Error(tool.missing);
  return tool;
}

/** An emulator of arm64, and the libraries of that architecture in the folder beside it. */
export async function arm64(): Promise<Tool> {
  const program = 'usr/bin/qemu-aarch64-static';
  return built(program, {
    key: 'qemu-aarch64-debian',
    duration: '10 seconds',
    build: async (cwd) => {
      const libraries = ['libc6', 'libgcc-s1', 'libstdc++6'].map((name) => `${name}-arm64-cross`);
      await must(['apt-get', 'download', 'qemu-user-static', ...libraries], { cwd });
      await must(['sh', '-c', 'for file in *.deb; do dpkg -x "$file" .; rm "$file"; done'], {
        cwd,
      });
      // The emulators of all other machines are a third of a gigabyte.
      const others = `find usr -type f -name 'qemu-*' ! -name ${basename(program)} -delete`;
      await must(['sh', '-c', others], { cwd });
    },
  });
}
