// Owns reading the configuration: a RenderConfig from a file or from a functionConfig, and the stores of store files.
import { UsageError } from './errors.ts';
import { readOrRefuse } from './hosts/input.ts';
import { readStream } from './hosts/stream.ts';
import { isRecord } from './k8s/object.ts';
import type { Manifest } from './manifest.ts';
import type { RenderConfig } from './eso/types.ts';
import { selectResources } from './eso/select.ts';
import { fieldName } from './eso/subject.ts';
import { placeText, resultLine } from './results.ts';
import { readRenderConfig } from './schema/read.ts';

const configKind = 'RenderConfig';

/** @throws UsageError where the file holds anything but one valid RenderConfig. */
export function readConfigFile(file: string): RenderConfig {
  const [manifest, second] = readManifests(file);
  if (manifest === undefined || second !== undefined)
    throw new UsageError(`${file}: one RenderConfig (eso-render.dev/v1alpha1) is expected`);
  return renderConfig(manifest);
}

/** The stores of a `--store-file`, for what the input does not have. */
export function readStoreFile(file: string): readonly Manifest[] {
  const manifests = readManifests(file);
  const { stores, generators } = selectResources(manifests, '');
  if (stores.length + generators.length === 0)
    throw new UsageError(`${file}: there is no store and no generator in this file`);
  return manifests;
}

/**
 * The functionConfig of kustomize or kpt: a RenderConfig, or kpt's ConfigMap with fields of its spec as text. Its kind is
 * its author's to choose, and another kind configures nothing.
 */
export function readFunctionConfig(manifest: Manifest): RenderConfig | undefined {
  const { value } = manifest;
  if (!isRecord(value)) return undefined;
  if (value['kind'] === configKind) return renderConfig(manifest);
  if (value['kind'] !== 'ConfigMap' || !isRecord(value['data'])) return undefined;
  const spec = Object.fromEntries(
    Object.entries(value['data']).map(([key, text]) => [key, fromText(text)]),
  );
  return renderConfig({
    value: { apiVersion: 'eso-render.dev/v1alpha1', kind: configKind, spec },
    locate: ([, ...path]) => manifest.locate(['data', ...path]),
  });
}

function fromText(text: unknown): unknown {
  return text === 'true' ? true : text === 'false' ? false : text;
}

function readManifests(file: string): readonly Manifest[] {
  const source = readStream(readOrRefuse(file), file).open([]);
  if (source.problems.length > 0) throw new UsageError(source.problems.map(resultLine).join('\n'));
  return source.manifests;
}

function renderConfig(manifest: Manifest): RenderConfig {
  // Without a spec it says nothing, and that is no mistake.
  const outcome = readRenderConfig(
    isRecord(manifest.value) ? { spec: {}, ...manifest.value } : manifest.value,
  );
  if (outcome.ok) return outcome.value;
  const problems = outcome.problems.map(
    ({ path, message }) => `${placeText(manifest.locate(path))}: ${fieldName(path)}: ${message}`,
  );
  throw new UsageError(
    `the RenderConfig is not valid\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  );
}
