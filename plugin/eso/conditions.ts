// Owns ClusterSecretStore.spec.conditions: from which namespaces a store may be used.
import type { Labels } from '../k8s/labels.ts';
import { selectsLabels } from '../k8s/labels.ts';
import { compileRe2 } from './regexp.ts';
import type { StoreCondition } from './types.ts';

/** A namespace as conditions and selectors see it. */
export type Namespace = {
  readonly name: string;
  /** Its labels, with `kubernetes.io/metadata.name` as the API server sets it. */
  readonly labels: Labels;
  /** Whether the input has the Namespace itself; if not, only its name is known of it. */
  readonly known: boolean;
};

/** Allowed, denied, or a condition that cannot be read. */
export type ConditionOutcome =
  | { readonly ok: true; readonly allowed: boolean }
  | { readonly ok: false; readonly message: string };

/** ESO 2.2: no conditions allow; else any match in any condition does. One that is empty matches nothing. */
export function conditionsAllow(
  conditions: readonly StoreCondition[],
  namespace: Namespace,
): ConditionOutcome {
  if (conditions.length === 0) return { ok: true, allowed: true };
  for (const condition of conditions) {
    const outcome = matches(condition, namespace);
    if (!outcome.ok || outcome.allowed) return outcome;
  }
  return { ok: true, allowed: false };
}

function matches(condition: StoreCondition, namespace: Namespace): ConditionOutcome {
  if (condition.namespaceSelector !== undefined) {
    const outcome = selectsLabels(condition.namespaceSelector, namespace.labels);
    if (!outcome.ok) return outcome;
    if (outcome.selected) return { ok: true, allowed: true };
  }
  if (condition.namespaces?.includes(namespace.name) === true) return { ok: true, allowed: true };
  return matchesRegexes(condition.namespaceRegexes ?? [], namespace.name);
}

function matchesRegexes(patterns: readonly string[], name: string): ConditionOutcome {
  for (const pattern of patterns) {
    const compiled = compileRe2(pattern);
    if (!compiled.ok) return compiled;
    if (compiled.re.matcher(name).find()) return { ok: true, allowed: true };
  }
  return { ok: true, allowed: false };
}
