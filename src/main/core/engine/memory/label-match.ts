/** Whether labels satisfy every selector, each `key` or `key=value`. */
export function matchesLabels(labels: Readonly<Record<string, string>>, selectors: readonly string[] = []): boolean {
  return selectors.every((selector) => {
    const equals = selector.indexOf('=');
    const actual = labels[equals < 0 ? selector : selector.slice(0, equals)];
    return actual !== undefined && (equals < 0 || actual === selector.slice(equals + 1));
  });
}
