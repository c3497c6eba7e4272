// Owns the real hosts as programs: where each comes from, or why it is missing.
import { join } from 'node:path';
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
  const libraries = ['libc6', 'libgcc-s1', 'libstdc++6'].map((name) => `${name}-arm64-cross`);
  return fromDebian('usr/bin/qemu-aarch64-static', {
    packages: ['qemu-user-static', ...libraries],
    // The emulators of all other machines, a third of a gigabyte.
    unneeded: 'usr/bin/qemu-*[!4]-static usr/bin/qemu-[!a]*-static',
  });
}

export async function fish(): Promise<Tool> {
  const libraries = ['libpcre2-32-0', 'libncursesw6', 'libtinfo6'];
  return fromDebian('usr/bin/fish', { packages: ['fish', 'fish-common', ...libraries] });
}

export async function zsh(): Promise<Tool> {
  return fromDebian('bin/zsh', { packages: ['zsh', 'zsh-common'] });
}

/** A program out of packages of the Debian that this runs on, unpacked and not installed. */
async function fromDebian(
  program: string,
  { packages, unneeded }: { readonly packages: readonly string[]; readonly unneeded?: string },
): Promise<Tool> {
  const unpack = 'for file in *.deb; do dpkg -x "$file" .; rm "$file"; done';
  return built(program, {
    key: `${packages[0]}-debian`,
    duration: '10 seconds',
    build: async (cwd) => {
      await must(['apt-get', 'download', ...packages], { cwd });
      await must(['sh', '-e', '-c', unpack], { cwd });
      if (unneeded !== undefined) await must(['sh', '-c', `rm -f ${unneeded}`], { cwd });
    },
  });
}
