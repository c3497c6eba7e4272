// Owns which files of a folder Argo CD takes for manifests by what is in them: YAML that is something else is left out.
import { isRecord } from '../../k8s/object.ts';
import { mentions, ownWords } from '../../yaml/mention.ts';
import { readYamlData } from '../../yaml/read-data.ts';
import type { ManifestFile } from '../directory.ts';

/** With all of these in it, a file is meant as a manifest, and it is for the host to say what is wrong with it. */
const wordsOfManifests = ['apiVersion:', 'kind:', 'metadata:'];

/**
 * Argo CD's directory source: a `.yaml` or `.yml` file whose first document is no object with a kind, and that does not look
 * like a manifest, is passed over (a chart's values, a pipeline's definition). A `.json` file never is.
 */
export function isManifestFile({ file, bytes }: ManifestFile): boolean {
  if (file.endsWith('.json') || mentions(bytes, ownWords)) return true;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (wordsOfManifests.every((word) => text.includes(word))) return true;
  const first = readYamlData(text.toString());
  if (!first.ok) return false;
  // Nothing but comments: it holds nothing, and nothing that would be lost.
  if (first.value === null) return true;
  return isRecord(first.value) && typeof first.value['kind'] === 'string';
}
