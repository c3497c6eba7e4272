// Tests that whatever refers to a rendered Secret finds it under the name that kustomize gives it: prefixes, namespaces, hashes.
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../support/command.ts';
import { describeWith } from '../support/tools.ts';
import { folderOf, newFolder } from './folder.ts';
import { installCommand } from './plugin-command.ts';
import { objectsOf } from './rendered.ts';
import { kustomize } from './tools.ts';

const workloads = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  imagePullSecrets: [{name: db}]
  containers:
  - name: web
    image: web
    envFrom: [{secretRef: {name: db}}]
    env: [{name: USER, valueFrom: {secretKeyRef: {name: db, key: user}}}]
  volumes:
  - {name: plain, secret: {secretName: db}}
  - {name: projected, projected: {sources: [{secret: {name: db}}]}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
imagePullSecrets: [{name: db}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {tls: [{secretName: db}], defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, envFrom: [{secretRef: {name: db}}]}]}}}
`;
/** How kustomize is told of fields of kinds that it does not know. */
const nameReferences = `nameReference:
- kind: Secret
  version: v1
  fieldSpecs: [{kind: Rollout, path: spec/template/spec/containers/envFrom/secretRef/name}]
`;
/** What the ExternalSecret of a generator's configuration, or of the resources, says. */
function externalSecret(hash: boolean): string {
  const annotations = hash ? '{kustomize.config.k8s.io/needs-hash: "true"}' : '{}';
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  secretStoreRef: {name: demo, kind: ClusterSecretStore}
  target: {template: {metadata: {annotations: ${annotations}}}}
  dataFrom: [{extract: {key: prod/db}}]
`;
}

const config = `apiVersion: eso-render.dev/v1alpha1
kind: RenderConfig
metadata:
  name: render
  annotations:
    config.kubernetes.io/function: "exec: {path: eso-render}"
spec:
  stores:
  - apiVersion: external-secrets.io/v1
    kind: ClusterSecretStore
    metadata: {name: demo}
    spec: {provider: {fake: {data: [{key: prod/db, value: '{"user": "shop"}'}]}}}
`;

type Role = 'generator' | 'transformer';

/** A base with the function, and an overlay with prefix, suffix and namespace. */
function filesFor(role: Role, hash: boolean): Readonly<Record<string, string>> {
  const own = externalSecret(hash).replaceAll('\n', '\n    ').trimEnd();
  const isGenerator = role === 'generator';
  return {
    'base/app.yaml': isGenerator ? workloads : `${workloads}---\n${externalSecret(hash)}`,
    'base/render.yaml': isGenerator ? `${config}  externalSecrets:\n  - ${own}\n` : config,
    'base/references.yaml': nameReferences,
    'base/kustomization.yaml': `resources: [app.yaml]\n${role}s: [render.yaml]\nconfigurations: [references.yaml]\n`,
    'kustomization.yaml':
      'resources: [base]\nnamePrefix: pre-\nnameSuffix: -v1\nnamespace: shop\nconfigurations: [base/references.yaml]\n',
  };
}

/** The names of Secrets in all fields of the workloads that hold one. */
function namesIn(text: string): readonly string[] {
  const fields =
    /(?:secretRef:|secretKeyRef:\n +key: user|secret:|[sS]ecrets:|tls:)\n *(?:- )?(?:name|secretName): (\S+)/gu;
  return [...text.matchAll(fields)].map(([, name = '']) => name);
}

describeWith('references in kustomize', { kustomize: await kustomize() }, (path) => {
  let folder: string;
  let env: { readonly PATH: string };

  beforeAll(async () => {
    folder = await newFolder();
    env = await installCommand(folder);
  });

  afterAll(async () => rm(folder, { recursive: true }));

  test.each<{ role: Role; hash: boolean; expected: RegExp }>([
    { role: 'generator', hash: false, expected: /^pre-db-v1$/u },
    { role: 'generator', hash: true, expected: /^pre-db-v1-[a-z0-9]{10}$/u },
    { role: 'transformer', hash: false, expected: /^pre-db-v1$/u },
    { role: 'transformer', hash: true, expected: /^pre-db-v1-[a-z0-9]{10}$/u },
  ])('a $role, hash: $hash', async ({ role, hash, expected }) => {
    const target = await folderOf(filesFor(role, hash));
    const flags = ['--enable-alpha-plugins', '--enable-exec'];
    const { code, stdout, stderr } = await run([path('kustomize'), 'build', ...flags, target], {
      env,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const secret = objectsOf(stdout).find(({ kind }) => kind === 'Secret')?.metadata;
    expect(secret?.name).toMatch(expected);
    expect(secret?.namespace).toBe('shop');
    expect(secret?.annotations).toBe(undefined);
    expect(namesIn(stdout)).toEqual(namesIn(stdout).map(() => secret?.name));
    expect(namesIn(stdout)).toHaveLength(8);
  });
});
