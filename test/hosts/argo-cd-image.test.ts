// Tests the sidecar as examples/argocd installs it: Argo CD's plugin server inside the image's root file system, as its user, read-only.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ArgoCd, commitAll, startArgoCd } from './argo-cd.ts';
import { newFolder } from './folder.ts';
import { examples } from './plugin-command.ts';
import { namesOf, type Rendered, secretOf } from './rendered.ts';
import { must, run } from '../support/command.ts';
import { helm } from '../support/helm.ts';
import { startServer } from '../support/server-process.ts';
import { describeWith } from '../support/tools.ts';
import { argohost, kustomize } from './tools.ts';

type Container = {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: {
    readonly runAsUser: number;
    readonly readOnlyRootFilesystem: boolean;
  };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
};

const root = resolve(import.meta.dirname, '../..');
const install = join(examples, 'argocd/install');

function readSidecar(): Container {
  const patch = parse(readFileSync(join(install, 'sidecar.yaml'), 'utf8'), { merge: true }) as {
    readonly spec: {
      readonly template: { readonly spec: { readonly containers: readonly Container[] } };
    };
  };
  const [container] = patch.spec.template.spec.containers;
  if (container === undefined) throw new Error('sidecar.yaml has no container');
  return container;
}

/** What a container runtime does: $1 is the root, $2 the user, then SOURCE TARGET ro|rw for each volume, then -- and the command. */
const runtime = `
image=$1 user=$2 path=$PATH PATH=/usr/sbin:/usr/bin:/sbin:/bin
shift 2
mount --bind "$image" "$image"
mount --rbind /proc "$image/proc"
mount --rbind /dev "$image/dev"
mount -o remount,bind,ro "$image"
while [ "$1" != -- ]; do
  mount --bind "$1" "$image$2"
  [ "$3" = rw ] || mount -o remount,bind,ro "$image$2"
  shift 3
done
shift
! touch "$image/written" 2>/dev/null
chroot=$(command -v chroot)
PATH=$path
exec "$chroot" --userspec="$user:$user" "$image" "$@"
`;
const unshared = ['/usr/bin/unshare', '--mount', '--propagation', 'private'];
const permitted =
  (await run([...unshared, 'chroot', '--userspec=999:999', '/', '/bin/true'])).code === 0;
const reason = permitted
  ? ''
  : ' (skipped: a mount namespace and another user are for root, and this is not root)';

const tools = { argohost: await argohost(), kustomize: await kustomize(), helm: await helm(3) };

describe.skipIf(!permitted)(`Argo CD's plugin server in the image${reason}`, () => {
  describeWith('as the sidecar of the examples', tools, (path) => {
    const sidecar = readSidecar();
    const { runAsUser: user } = sidecar.securityContext;
    let folder: string;
    let repo: string;
    let argoCd: ArgoCd;

    beforeAll(async () => {
      folder = await newFolder();
      await chmod(folder, 0o755);
      repo = join(folder, 'repo');
      await cp(join(examples, 'argocd/app'), join(repo, 'shop'), { recursive: true });
      for (const app of ['helm-web', 'kustomize-overlay'])
        await cp(join(import.meta.dirname, 'apps', app), join(repo, app), { recursive: true });
      await commitAll(repo);
      const own = join(folder, 'servers');
      await mkdir(own);
      const env = { PATH: process.env['PATH'] ?? '' };
      argoCd = await startArgoCd({ argohost: path('argohost'), folder: own, env });
      const server = await startSidecar(await assembleImage(), await volumes(own));
      return async () => {
        await server.stop();
        await argoCd.stop();
        await rm(folder, { recursive: true });
      };
    });

    /** With the folders that a container runtime makes for what it mounts. */
    async function assembleImage(): Promise<string> {
      const [executable, image] = [join(folder, 'eso-render'), join(folder, 'image')];
      const scripts = [
        ['scripts/executable.ts', process.arch, executable],
        ['scripts/root-file-system.ts', executable, image],
      ];
      for (const args of scripts) await must([process.execPath, ...args], { cwd: root });
      const places = ['/proc', '/dev', ...sidecar.volumeMounts.map(({ mountPath }) => mountPath)];
      for (const place of places) mkdirSync(join(image, place), { recursive: true });
      return image;
    }

    /** What the init containers, the ConfigMap and empty folders have for the volumes of the sidecar. */
    async function volumes(servers: string): Promise<Readonly<Record<string, string>>> {
      const all = {
        'var-files': join(folder, 'var-files'),
        plugins: join(servers, 'sock'),
        'eso-render-tools': join(folder, 'tools'),
        'eso-render-config': join(folder, 'config'),
        'eso-render-tmp': join(folder, 'tmp'),
      };
      for (const place of Object.values(all)) {
        mkdirSync(place, { recursive: true });
        await chmod(place, 0o777);
      }
      await copyFile(path('argohost'), join(all['var-files'], 'argocd-cmp-server'));
      for (const tool of [path('helm'), path('kustomize')])
        await copyFile(tool, join(all['eso-render-tools'], basename(tool)));
      const config = 'render-config.yaml';
      await copyFile(join(install, config), join(all['eso-render-config'], config));
      return all;
    }

    function startSidecar(image: string, sources: Readonly<Record<string, string>>) {
      const mounts = sidecar.volumeMounts.flatMap(({ name, mountPath, readOnly = false }) => {
        const source = sources[name];
        if (source === undefined) throw new Error(`no volume ${name}`);
        return [source, mountPath, readOnly ? 'ro' : 'rw'];
      });
      const variables = sidecar.env.map(({ name, value }) => `${name}=${value}`);
      // argohost is more than one program, and is told which.
      const command = [...sidecar.command, 'cmp-server', '--loglevel', 'info'];
      const clean = ['env', '-i', ...variables, ...unshared, '/bin/sh', '-e', '-c', runtime, 'sh'];
      return startServer([...clean, image, `${user}`, ...mounts, '--', ...command], {
        cwd: folder,
        ready: /serving on/u,
      });
    }

    async function objectsOf(app: string): Promise<readonly Rendered[]> {
      const source = { plugin: { name: 'eso-render' } };
      const { manifests = [], error } = await argoCd.manifests(repo, app, source);
      expect(error).toBeUndefined();
      return manifests.map((text) => JSON.parse(text) as Rendered);
    }

    test('serves as the user of the sidecar, who is not root', () => {
      const socket = join(folder, 'servers/sock/eso-render.sock');
      expect(statSync(socket).uid).toBe(user);
      expect(user).toBe(999);
      expect(sidecar.securityContext.readOnlyRootFilesystem).toBe(true);
    });

    test('a plain folder', async () => {
      const objects = await objectsOf('shop');
      expect(secretOf(objects, 'database')).toEqual({
        username: 'shop',
        password: 'not-a-real-password',
      });
    });

    test.each([
      ['a chart', 'helm-web', 'Secret demo-env'],
      [
        'a kustomization',
        'kustomize-overlay/overlays/production',
        'Secret shop-production/storefront-database',
      ],
    ])('%s, by the program of the init container', async (_, app, secret) => {
      expect(namesOf(await objectsOf(app))).toContain(secret);
    });

    test('an error as the user is shown it', async () => {
      const source = { plugin: { name: 'eso-render', parameters: [{ name: 'a', string: 'b' }] } };
      const { error } = await argoCd.manifests(repo, 'shop', source);
      expect(error).toContain('the parameter "a" is not known');
    });
  });
});
