/** An image's name without its registry, which is long and the same for all: `slipway/web:1`, `postgres:15`. */
export function shortImage(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return (isRegistry ? rest.join('/') : image).replace(/@sha256:([0-9a-f]{8})[0-9a-f]+$/, '@$1');
}
