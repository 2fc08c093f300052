import type { AssembleContext } from './assemble/context.ts';
import type { Environment } from './environment.ts';
import { substitute, TemplateError } from './interpolate/template.ts';
import type { Diagnostics } from './source/diagnostics.ts';
import { get, isString } from './source/node.ts';

/**
 * The `name:` that the last file with one gives, its variables replaced where the load replaces them; undefined
 * where no file has one.
 */
export async function interpolateName(
  files: readonly string[],
  environment: Environment,
  context: AssembleContext,
  diagnostics: Diagnostics,
): Promise<string | undefined> {
  let written;
  for (const file of files) {
    for (const document of await context.documents(file)) {
      const name = get(document, 'name');
      if (isString(name) && name.value !== '') written = name;
    }
  }
  if (!written || !context.interpolate) return written?.value;
  try {
    return substitute(written.value, (name) => environment.get(name), () => undefined);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    diagnostics.error(written.at, error.message, error.hint, 'name');
    return undefined;
  }
}
