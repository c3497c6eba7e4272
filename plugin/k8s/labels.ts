// Owns label selectors: whether an object's labels are selected, as Kubernetes decides it.

/** metav1.LabelSelector. Both parts must hold; an empty selector selects everything. */
export type LabelSelector = {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
};

export type Labels = Readonly<Record<string, string>>;

/** Selected or not, or what is wrong with the selector itself (an operator that does not exist, values that it lacks). */
export type SelectorOutcome =
  | { readonly ok: true; readonly selected: boolean }
  | { readonly ok: false; readonly message: string };

export function selectsLabels(selector: LabelSelector, labels: Labels): SelectorOutcome {
  const expressions = selector.matchExpressions ?? [];
  for (const expression of expressions) {
    const problem = expressionProblem(expression.operator, expression.values ?? []);
    if (problem !== undefined) return { ok: false, message: problem };
  }
  const selected =
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    expressions.every((expression) =>
      holds(expression.operator, labels[expression.key], expression.values ?? []),
    );
  return { ok: true, selected };
}

function expressionProblem(operator: string, values: readonly string[]): string | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length === 0
        ? `operator ${operator} of a label selector needs values`
        : undefined;
    case 'Exists':
    case 'DoesNotExist':
      return values.length > 0
        ? `operator ${operator} of a label selector takes no values`
        : undefined;
    default:
      return `"${operator}" is not an operator of a label selector: In, NotIn, Exists or DoesNotExist`;
  }
}

function holds(operator: string, value: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}
