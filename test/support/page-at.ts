import { waitFor } from './wait-for.ts';

/** The text at an address, once something answers there: a container that runs need not listen yet. */
export async function pageAt(address: string): Promise<string> {
  const text = await waitFor(`an answer at ${address}`, 10_000, () => fetch(address).then((answer) => answer.text(), () => undefined));
  return text.trim();
}
