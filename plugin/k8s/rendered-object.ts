// Owns RenderedObject: what may come out of an ExternalSecret, and how it is written.
import type { PlainData } from '../yaml/encode.ts';
import { type GenericObject, genericManifest, genericProblems } from './generic-object.ts';
import { type SecretObject, type SecretProblem, secretProblems } from './secret.ts';
import { secretManifest } from './secret-manifest.ts';

export type RenderedObject = SecretObject | GenericObject;

export function isSecretObject(object: RenderedObject): object is SecretObject {
  return !('content' in object);
}

export function kindOf(object: RenderedObject): string {
  return isSecretObject(object) ? 'Secret' : object.kind;
}

export function objectManifest(object: RenderedObject): PlainData {
  return isSecretObject(object) ? secretManifest(object) : genericManifest(object);
}

/** What the API server would refuse. */
export function objectProblems(object: RenderedObject): readonly SecretProblem[] {
  return isSecretObject(object) ? secretProblems(object) : genericProblems(object);
}
