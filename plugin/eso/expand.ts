// Owns ClusterExternalSecret: the ExternalSecrets that it stands for, one in each selected namespace.
import { selectsLabels } from '../k8s/labels.ts';
import type { Path } from '../place.ts';
import type { Result } from '../results.ts';
import type { Namespace } from './conditions.ts';
import type { Resource } from './select.ts';
import { findingAbout, type Subject } from './subject.ts';
import type { ClusterExternalSecret, ExternalSecret, StoreRef } from './types.ts';

/** An ExternalSecret to render, and where its `spec` stands in the manifest. */
export type Task = {
  readonly subject: Subject;
  readonly externalSecret: ExternalSecret;
  readonly specPath: Path;
  readonly namespace: Namespace;
};

/** The stores that it names, used or not. */
export function storeRefs({ externalSecret }: Task): readonly StoreRef[] {
  const { secretStoreRef, data = [], dataFrom = [] } = externalSecret.spec;
  return [
    secretStoreRef,
    ...[...data, ...dataFrom].map(({ sourceRef }) => sourceRef?.storeRef),
  ].filter((ref) => ref !== undefined);
}

export type Expansion = { readonly tasks: readonly Task[]; readonly results: readonly Result[] };

/** `externalSecretSpec` over the namespaces of the input that `namespaces` and the selectors choose (ESO 1.3). */
export function expandClusterExternalSecret(
  resource: Resource<ClusterExternalSecret>,
  namespaces: readonly Namespace[],
): Expansion {
  const { subject, value } = resource;
  const selection = selectNamespaces(value, namespaces);
  if (!selection.ok)
    return {
      tasks: [],
      results: [
        findingAbout(subject, {
          code: 'INVALID',
          path: ['spec', 'namespaceSelectors'],
          message: selection.message,
        }),
      ],
    };
  const absent = (value.spec.namespaces ?? []).filter(
    (name) => !namespaces.some((namespace) => namespace.name === name),
  );
  const results = absent.map((name) =>
    findingAbout(subject, {
      code: 'EMPTY',
      severity: 'warning',
      path: ['spec', 'namespaces'],
      message: `nothing is rendered for namespace "${name}": the Namespace is not in the input`,
    }),
  );
  if (selection.namespaces.length === 0) results.push(selectsNothing(subject));
  return { tasks: selection.namespaces.map((namespace) => taskIn(resource, namespace)), results };
}

/** Only Namespaces of the input can be selected: that none is there is more likely than that none is meant. */
function selectsNothing(subject: Subject): Result {
  return findingAbout(subject, {
    code: 'EMPTY',
    message:
      'no Namespace of the input is selected, so nothing would be rendered: put the Namespaces with their labels into the input, or leave this to the operator (annotation eso-render.dev/skip)',
  });
}

type Selection =
  | { readonly ok: true; readonly namespaces: readonly Namespace[] }
  | { readonly ok: false; readonly message: string };

function selectNamespaces(
  { spec }: ClusterExternalSecret,
  namespaces: readonly Namespace[],
): Selection {
  const selectors = [
    ...(spec.namespaceSelectors ?? []),
    ...(spec.namespaceSelector === undefined ? [] : [spec.namespaceSelector]),
  ];
  const selected = new Set(
    namespaces.filter(({ name }) => spec.namespaces?.includes(name) === true),
  );
  for (const selector of selectors) {
    for (const namespace of namespaces) {
      const outcome = selectsLabels(selector, namespace.labels);
      if (!outcome.ok) return outcome;
      if (outcome.selected) selected.add(namespace);
    }
  }
  return { ok: true, namespaces: namespaces.filter((namespace) => selected.has(namespace)) };
}

/** The one annotation of a ClusterExternalSecret's own that is passed on. */
const forceSync = 'external-secrets.io/force-sync';

/** Labels and annotations are those of `externalSecretMetadata`. */
function taskIn({ subject, value }: Resource<ClusterExternalSecret>, namespace: Namespace): Task {
  const { externalSecretMetadata, externalSecretName, externalSecretSpec } = value.spec;
  const name = externalSecretName ?? value.metadata.name;
  const { apiVersion } = value;
  const sync = value.metadata.annotations?.[forceSync];
  const { annotations } = externalSecretMetadata ?? {};
  return {
    subject: {
      ...subject,
      object: { apiVersion, kind: 'ExternalSecret', namespace: namespace.name, name },
    },
    externalSecret: {
      apiVersion,
      kind: 'ExternalSecret',
      metadata: {
        ...externalSecretMetadata,
        ...(sync === undefined ? {} : { annotations: { ...annotations, [forceSync]: sync } }),
        name,
        namespace: namespace.name,
      },
      spec: externalSecretSpec,
    },
    specPath: ['spec', 'externalSecretSpec'],
    namespace,
  };
}
