// Owns which labels and annotations of an ExternalSecret its Secret gets.
import type { Labels } from '../k8s/labels.ts';

/** Written by a host or a client about the ExternalSecret itself; on a Secret they would be wrong. */
const neverCopied = new Set([
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/installation-id',
  'argocd.argoproj.io/refresh',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

/** Tells this program what to do with the ExternalSecret. */
const ownPrefix = 'eso-render.dev/';

/**
 * Instructions to the host about the object. The ExternalSecret is gone once it is rendered, so its Secret must carry them
 * even under a template, where ESO copies nothing (docs/differences.md).
 */
const hostAnnotations = [
  'argocd.argoproj.io/sync-wave',
  'argocd.argoproj.io/hook',
  'argocd.argoproj.io/hook-delete-policy',
  'argocd.argoproj.io/sync-options',
  'argocd.argoproj.io/compare-options',
  'argocd.argoproj.io/ignore-resource-updates',
];
const hostPrefixes = [
  'helm.sh/hook',
  'link.argocd.argoproj.io/',
  'config.kubernetes.io/',
  'internal.config.kubernetes.io/',
  'config.k8s.io/',
];

/** All of them, as ESO copies them where there is no template. */
export function copiedAnnotations(annotations: Labels): Labels {
  return filterKeys(annotations, (key) => !neverCopied.has(key) && !key.startsWith(ownPrefix));
}

/** Only the host's, for a Secret that is made by a template. */
export function carriedAnnotations(annotations: Labels): Labels {
  return filterKeys(
    annotations,
    (key) => hostAnnotations.includes(key) || hostPrefixes.some((prefix) => key.startsWith(prefix)),
  );
}

function filterKeys(annotations: Labels, keep: (key: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => keep(key)));
}
