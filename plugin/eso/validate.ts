// Owns the rules of ESO's webhook about one resource, which its schema cannot say.
import type { SchemaProblem } from '../schema/validate.ts';
import { parseDuration } from './duration.ts';
import { compileRe2 } from './regexp.ts';
import type { DataFrom, ExternalSecretSpec, SecretStore, Target, Template } from './types.ts';

/**
 * Every broken rule of an ExternalSecret's spec (ESO 1.2), and every duration that ESO would not decode. Paths start
 * below `spec`, as in `['target', 'deletionPolicy']`.
 */
export function webhookProblems(
  apiVersion: string,
  spec: ExternalSecretSpec,
): readonly SchemaProblem[] {
  const { data = [], dataFrom = [], target } = spec;
  const nothing: SchemaProblem = {
    path: [],
    message: 'either data or dataFrom should be specified: add one element at least',
  };
  return [
    ...(data.length === 0 && dataFrom.length === 0 ? [nothing] : []),
    ...policyProblems(target),
    ...privilegeProblems(target.template),
    ...(isV1beta1(apiVersion) || !isSecretTarget(target) ? [] : targetProblems(target.template)),
    ...dataFrom.flatMap((from, index) => sourceProblems(from, ['dataFrom', index])),
    ...duplicateProblems(spec),
    ...durationProblems(spec.refreshInterval, ['refreshInterval']),
    ...(spec.syncWindows?.windows ?? []).flatMap(({ duration }, index) =>
      durationProblems(duration, ['syncWindows', 'windows', index, 'duration']),
    ),
  ];
}

/** The enum of its schema says what rule 5 says. */
function isV1beta1(apiVersion: string): boolean {
  return apiVersion === 'external-secrets.io/v1beta1';
}

/** Rules 1 and 2. */
function policyProblems({ creationPolicy, deletionPolicy }: Target): readonly SchemaProblem[] {
  const path = ['target', 'deletionPolicy'];
  const owns = creationPolicy === 'Owner' || creationPolicy === 'Orphan';
  if (deletionPolicy === 'Delete' && !owns) {
    return [
      {
        path,
        message: `deletionPolicy=Delete must not be used when the controller doesn't own the secret (creationPolicy=${creationPolicy}): set creationPolicy=Owner, or deletionPolicy=Retain`,
      },
    ];
  }
  if (deletionPolicy === 'Merge' && creationPolicy === 'None') {
    return [
      {
        path,
        message:
          'deletionPolicy=Merge must not be used with creationPolicy=None, where there is no Secret to merge with: set deletionPolicy=Retain',
      },
    ];
  }
  return [];
}

const serviceAccountToken = 'kubernetes.io/service-account-token';
const serviceAccountName = 'kubernetes.io/service-account.name';
const bootstrapToken = 'bootstrap.kubernetes.io/token';

/** Rule 4: nobody gets a token of the cluster by way of a template. */
function privilegeProblems(template: Template | undefined): readonly SchemaProblem[] {
  if (template?.type === bootstrapToken) {
    return [
      {
        path: ['target', 'template', 'type'],
        message: `template.type="${bootstrapToken}" is not allowed: use another type`,
      },
    ];
  }
  if (template?.type !== serviceAccountToken) return [];
  const annotated = Object.hasOwn(template.metadata?.annotations ?? {}, serviceAccountName);
  const annotation: SchemaProblem = {
    path: ['target', 'template', 'metadata', 'annotations', serviceAccountName],
    message: `template.type="${serviceAccountToken}" with annotation "${serviceAccountName}" is not allowed: remove one of them`,
  };
  const targets = (template.templateFrom ?? []).flatMap(({ target }, index) =>
    target.toLowerCase() === 'annotations' ? [index] : [],
  );
  return [
    ...(annotated ? [annotation] : []),
    ...targets.map((index) => ({
      path: ['target', 'template', 'templateFrom', index, 'target'],
      message: `template.type="${serviceAccountToken}" with templateFrom target="Annotations" is not allowed: write the annotations in template.metadata`,
    })),
  ];
}

function isSecretTarget({ manifest }: Target): boolean {
  return manifest === undefined || (manifest.apiVersion === 'v1' && manifest.kind === 'Secret');
}

/** Rule 5. An empty target passes ESO's webhook and fails when it renders, so it is refused as well. */
function targetProblems(template: Template | undefined): readonly SchemaProblem[] {
  return (template?.templateFrom ?? []).flatMap(({ target }, index) =>
    ['data', 'annotations', 'labels'].includes(target.toLowerCase())
      ? []
      : [
          {
            path: ['target', 'template', 'templateFrom', index, 'target'],
            message: `templateFrom target="${target}" is not allowed when targeting a Secret, must be one of "Data", "Annotations" or "Labels"`,
          },
        ],
  );
}

/** Rule 6; that a sourceRef is not empty its schema says. */
function sourceProblems(from: DataFrom, path: SchemaProblem['path']): readonly SchemaProblem[] {
  const { extract, find, sourceRef } = from;
  const sources = [extract, find, sourceRef?.generatorRef].filter((ref) => ref !== undefined);
  if (sources.length > 1) {
    return [
      {
        path,
        message:
          'extract, find, or generatorRef cannot be set at the same time: make one element of dataFrom for each',
      },
    ];
  }
  if (sources.length === 0 && sourceRef === undefined) {
    return [
      {
        path,
        message: 'either extract, find, or sourceRef must be set to dataFrom: add one of them',
      },
    ];
  }
  return [];
}

/** Rule 7: only under Retain, as in ESO. */
function duplicateProblems({ data = [], target }: ExternalSecretSpec): readonly SchemaProblem[] {
  if (target.deletionPolicy !== 'Retain') return [];
  const seen = new Set<string>();
  return data.flatMap(({ secretKey }, index) => {
    if (!seen.has(secretKey)) {
      seen.add(secretKey);
      return [];
    }
    return [
      {
        path: ['data', index, 'secretKey'],
        message: `duplicate secretKey found: ${secretKey}; remove it, or give it another key`,
      },
    ];
  });
}

const durationForm = 'a Go duration such as 1h30m or 10s; units are h, m, s, ms, us and ns';

/** Of a field that is a Go duration. */
export function durationProblems(
  duration: string | undefined,
  path: SchemaProblem['path'],
): readonly SchemaProblem[] {
  if (duration === undefined || parseDuration(duration) !== undefined) return [];
  return [{ path, message: `must be ${durationForm} (days are not a unit: 24h)` }];
}

/** Every broken rule of a store that does not depend on its provider (ESO 1.4). Paths start at the top of the store. */
export function storeProblems(store: SecretStore): readonly SchemaProblem[] {
  const { conditions = [], refreshInterval, retrySettings } = store.spec;
  return [
    ...conditions.flatMap(({ namespaceRegexes = [] }, condition) =>
      namespaceRegexes.flatMap((source, regex) =>
        regexProblems(source, ['spec', 'conditions', condition, 'namespaceRegexes', regex]),
      ),
    ),
    ...refreshProblems(refreshInterval),
    ...durationProblems(retrySettings?.retryInterval, ['spec', 'retrySettings', 'retryInterval']),
  ];
}

function regexProblems(source: string, path: SchemaProblem['path']): readonly SchemaProblem[] {
  const compiled = compileRe2(source);
  if (compiled.ok) return [];
  return [{ path, message: `failed to compile as RE2: ${compiled.message}` }];
}

/** Whole seconds, also as text, or a duration; not below zero. */
function refreshProblems(interval: number | string | undefined): readonly SchemaProblem[] {
  if (interval === undefined) return [];
  const isSeconds = typeof interval === 'number' || /^-?\d+$/.test(interval);
  const value = isSeconds ? Number(interval) : parseDuration(interval);
  const path = ['spec', 'refreshInterval'];
  if (value === undefined) return [{ path, message: `must be seconds, or ${durationForm}` }];
  return value < 0 ? [{ path, message: 'must not be negative' }] : [];
}
