// Owns the words for what the cluster does not have, or was not asked for.

/** Follows a message that something is not there. */
export function absenceText(title: string, namespace: string, isRead: boolean): string {
  return isRead
    ? `; ${title} does not have it either`
    : `; ${title} is not read for namespace "${namespace}", which is not in spec.kube.namespaces of the RenderConfig`;
}
