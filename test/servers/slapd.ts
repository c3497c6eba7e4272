// Owns slapd, a real LDAP server: Debian's, unpacked and not installed, with one person in it.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { startServer } from '../support/server-process.ts';
import { built, type Tool } from '../support/tools.ts';

export type Slapd = {
  /** `ldap://127.0.0.1:…` */
  readonly url: string;
  readonly bindDN: string;
  readonly bindPassword: string;
  /** Below it are people, by `uid`. */
  readonly userDN: string;
  readonly user: { readonly uid: string; readonly password: string };
  readonly stop: () => Promise<void>;
};

const packages = [
  'slapd',
  'libargon2-1',
  'libldap-2.5-0',
  'libltdl7',
  'libnsl2',
  'libodbc2',
  'libsasl2-2',
  'libtirpc3',
  'libwrap0',
];

export async function slapd(): Promise<Tool> {
  return built('usr/sbin/slapd', {
    key: 'slapd-debian',
    duration: 'a few seconds',
    build: async (folder) => {
      await must(['apt-get', 'download', ...packages], { cwd: folder });
      const files = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
      for (const file of files) await must(['dpkg', '-x', file, '.'], { cwd: folder });
      await must([join(folder, 'usr/sbin/slapd'), '-VV'], { env: libraries(folder) });
    },
  });
}

function libraries(folder: string): Readonly<Record<string, string>> {
  const under = (path: string): string => join(folder, path, 'x86_64-linux-gnu');
  return { LD_LIBRARY_PATH: [under('usr/lib'), under('lib')].join(':') };
}

const userDN = 'ou=people,dc=test';
const bindDN = 'cn=admin,dc=test';
const bindPassword = 'password-of-the-admin';
const user = { uid: 'bob', password: 'password-of-bob' };

const people = `dn: dc=test
objectClass: dcObject
objectClass: organization
o: test
dc: test

dn: ${userDN}
objectClass: organizationalUnit
ou: people

dn: uid=${user.uid},${userDN}
objectClass: inetOrgPerson
cn: ${user.uid}
sn: ${user.uid}
uid: ${user.uid}
userPassword: ${user.password}
`;

/** The caller stops it. */
export async function startSlapd(program: string): Promise<Slapd> {
  const installed = dirname(dirname(dirname(program)));
  const folder = await mkdtemp(join(tmpdir(), 'eso-render-slapd-'));
  const schemas = ['core', 'cosine', 'inetorgperson'];
  const config = [
    ...schemas.map((name) => `include ${installed}/etc/ldap/schema/${name}.schema`),
    `modulepath ${installed}/usr/lib/ldap`,
    'moduleload back_mdb',
    'database mdb',
    'suffix dc=test',
    `rootdn ${bindDN}`,
    `rootpw ${bindPassword}`,
    `directory ${folder}/db`,
  ];
  await mkdir(join(folder, 'db'));
  await writeFile(join(folder, 'slapd.conf'), `${config.join('\n')}\n`);
  await writeFile(join(folder, 'people.ldif'), people);
  const env = libraries(installed);
  const common = ['-f', join(folder, 'slapd.conf')];
  await must([join(dirname(program), 'slapadd'), ...common, '-l', join(folder, 'people.ldif')], {
    env,
  });
  const url = `ldap://127.0.0.1:${await freePort()}`;
  const server = await startServer([program, ...common, '-h', url, '-d', '256'], {
    env,
    cwd: folder,
    ready: /slapd starting/,
  });
  return {
    url,
    bindDN,
    bindPassword,
    userDN,
    user,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
