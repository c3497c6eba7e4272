// Owns what is said of an object that comes out: what Kubernetes would refuse, and what somebody should know.
import {
  isSecretObject,
  kindOf,
  objectProblems,
  type RenderedObject,
} from '../k8s/rendered-object.ts';
import type { Result } from '../results.ts';
import { findingAbout, type Subject } from './subject.ts';

/** `subject` is what made it last. */
export function objectResults({
  subject,
  object,
}: {
  readonly subject: Subject;
  readonly object: RenderedObject;
}): readonly Result[] {
  const title = `${kindOf(object)} "${object.metadata.name}"`;
  const refused = objectProblems(object).map(({ field, message }) =>
    findingAbout(subject, {
      code: 'SECRET',
      message: `Kubernetes would refuse the ${title}: ${field}: ${message}`,
    }),
  );
  const warnings = [...exposure(object), ...argoCredential(object)].map((message) =>
    findingAbout(subject, {
      code: 'INSECURE',
      severity: 'warning',
      message: `the ${title} ${message}`,
    }),
  );
  return [...refused, ...warnings];
}

function exposure(object: RenderedObject): readonly string[] {
  return isSecretObject(object)
    ? []
    : [
        'is no Secret: hosts do not mask the values in it, and Kubernetes does not encrypt them at rest',
      ];
}

function argoCredential({ metadata }: RenderedObject): readonly string[] {
  return metadata.labels?.['argocd.argoproj.io/secret-type'] === undefined
    ? []
    : [
        "has the label argocd.argoproj.io/secret-type: in Argo CD's own namespace it becomes a credential of Argo CD",
      ];
}
