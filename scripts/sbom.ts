// Owns the software bill of materials of the bundle: CycloneDX 1.6, without a date or a random number, so that a build can be repeated.
import { isRecord } from '../plugin/k8s/object.ts';
import type { Bundled } from './bundled-packages.ts';

export type Product = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
};

/** The document as text. */
export function sbomText(product: Product, { packages, direct }: Bundled): string {
  const refs = new Map(packages.map((found) => [found.folder, refOf(found)]));
  const refsOf = (folders: readonly string[]): readonly string[] =>
    folders.flatMap((folder) => refs.get(folder) ?? []);
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: { type: 'application', ...component(product), description: product.description },
    },
    components: packages.map((found) => ({
      type: 'library',
      ...component(found),
      hashes: [{ alg: 'SHA-512', content: hexOf(found.integrity) }],
    })),
    dependencies: [
      { ref: refOf(product), dependsOn: refsOf(direct) },
      ...packages.map((found) => ({ ref: refOf(found), dependsOn: refsOf(found.imports) })),
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The same document for the executable, which holds Node too. */
export function sbomWithNode(text: string, version: string): string {
  const purl = `pkg:github/nodejs/node@v${version}`;
  const node = {
    type: 'platform',
    'bom-ref': purl,
    name: 'node',
    version,
    licenses: [{ license: { id: 'MIT' } }],
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl,
  };
  const document: unknown = JSON.parse(text);
  if (!isRecord(document) || !Array.isArray(document['components']))
    throw new Error('the bill of materials of the bundle has no components');
  const components: readonly unknown[] = document['components'];
  return `${JSON.stringify({ ...document, components: [...components, node] }, undefined, 2)}\n`;
}

type Named = Pick<Product, 'name' | 'version' | 'license'>;

/** The package URL, which names a package among all registries and serves as the reference in the document too. */
function refOf({ name, version }: Pick<Named, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function component({ name, version, license }: Named): Readonly<Record<string, unknown>> {
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = refOf({ name, version });
  return {
    'bom-ref': purl,
    ...(scope === undefined ? {} : { group: scope }),
    name: bare,
    version,
    licenses: [license.includes(' ') ? { expression: license } : { license: { id: license } }],
    purl,
  };
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
}
