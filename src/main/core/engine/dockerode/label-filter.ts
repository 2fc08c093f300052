/** The `filters` query of list calls, which select by labels on the daemon's side. */
export function labelFilter(labels: readonly string[] | undefined): { filters?: object } {
  return labels === undefined || labels.length === 0 ? {} : { filters: { label: labels } };
}
