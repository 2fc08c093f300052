import { describe, expect, it } from 'vitest';
import { pageOfArguments, pageOfLink } from '../../../src/main/shell/deep-links.ts';

describe('a link from outside', () => {
  it.each([
    ['slipway://environment/sample', '/open/sample'],
    ['slipway://environment/My%20stack', '/open/My%20stack'],
    ['slipway://environment/', undefined],
    ['slipway://environment/a/b', undefined],
    ['slipway://environment/a%2Fb', undefined],
    ['slipway://environment/%', undefined],
    ['slipway://start/sample', undefined],
    ['https://environment/sample', undefined],
    ['javascript:alert(1)', undefined],
    ['sample', undefined],
  ])('%s leads to %s', (link, page) => {
    expect(pageOfLink(link)).toBe(page);
  });

  it('is found among the words of a command line', () => {
    expect(pageOfArguments(['/usr/bin/slipway', '--no-sandbox', 'slipway://environment/sample'])).toBe('/open/sample');
    expect(pageOfArguments(['/usr/bin/slipway', '.'])).toBeUndefined();
  });
});
