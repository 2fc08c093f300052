const secretName = /pass(word|wd|phrase)?|secret|token|api_?key|private_?key|access_?key|credential|auth|salt/i;
const passwordInUrl = /([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*:)([^@/\s]+)(?=@)/gi;
const assignment = /((?:password|passwd|pwd|secret|token|api[-_]?key)\s*[=:]\s*)([^\s&;,"']+)/gi;
const passwordOption = /^--?[\w-]*(?:pass(?:word|wd)?|secret|token|api-?key)[\w-]*$/i;
/** Shorter values are too likely to stand for something else in other places. */
const shortest = 6;

/** A value that is left to be asked for. */
export interface AskedValue {
  readonly variable: string;
  /** Where it is used, for a person. */
  readonly title: string;
}

/**
 * Takes secrets out of texts that go into a Compose file: each becomes a variable, equal ones the same. Everything else
 * is escaped so that interpolation leaves it as it is.
 */
export class SecretValues {
  readonly #variables = new Map<string, string>();
  readonly #titles = new Map<string, string>();

  get asked(): AskedValue[] {
    return [...this.#titles].map(([variable, title]) => ({ variable, title }));
  }

  /** A variable's value. Whether it is a secret is told by its name, or it holds one. */
  environmentValue(service: string, name: string, value: string): string {
    const isPath = /^\.{0,2}\/[^\s]*$/.test(value) || /_file$/i.test(name);
    if (secretName.test(name) && !isPath && value !== '' && !/^(true|false|yes|no|on|off|\d{1,5})$/i.test(value)) {
      return this.#ask(value, name, `${name} of ${service}`, service);
    }
    return this.text(service, value, name);
  }

  /** Any other text. `what` names it. */
  text(service: string, value: string, what: string): string {
    const named = /[a-z0-9]/i.test(what) ? what : 'value';
    const found: { from: number; to: number; text: string }[] = [];
    for (const pattern of [passwordInUrl, assignment]) {
      for (const match of value.matchAll(pattern)) {
        const from = match.index + (match[1] ?? '').length;
        const secret = match[2] ?? '';
        if (/^\$|^\/run\/secrets\//.test(secret)) continue;
        found.push({ from, to: from + secret.length, text: this.#ask(secret, `${named}_PASSWORD`, `Password in ${what} of ${service}`, service) });
      }
    }
    let result = '';
    let at = 0;
    for (const { from, to, text } of found.sort((a, b) => a.from - b.from)) {
      if (from < at) continue;
      result += this.#withKnown(value.slice(at, from)) + text;
      at = to;
    }
    return result + this.#withKnown(value.slice(at));
  }

  /** A command's words. The word after `--password` is a secret too. */
  words(service: string, words: readonly string[], what: string): string[] {
    return words.map((word, index) => {
      const option = words[index - 1] ?? '';
      if (passwordOption.test(option) && !word.startsWith('-')) return this.#ask(word, `${what}_PASSWORD`, `${option} of ${service}`, service);
      return this.text(service, word, what);
    });
  }

  #ask(value: string, name: string, title: string, service: string): string {
    const known = this.#variables.get(value);
    if (known !== undefined) return `\${${known}}`;
    const plain = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^(?=\d)/, '_');
    const own = `${service}_${plain}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^(?=\d)/, '_');
    const taken = (candidate: string): boolean => this.#titles.has(candidate);
    let variable = taken(plain) ? own : plain;
    for (let number = 2; taken(variable); number += 1) variable = `${own}_${number}`;
    this.#variables.set(value, variable);
    this.#titles.set(variable, title);
    return `\${${variable}}`;
  }

  /** Secrets that are known from elsewhere must not stand here in clear either. */
  #withKnown(text: string): string {
    const known = [...this.#variables].filter(([value]) => value.length >= shortest && text.includes(value)).sort(([a], [b]) => b.length - a.length);
    const [first] = known;
    if (!first) return text.replaceAll('$', '$$$$');
    const [value, variable] = first;
    return text.split(value).map((part) => this.#withKnown(part)).join(`\${${variable}}`);
  }
}
