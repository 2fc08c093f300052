/** Path of a value while a phase walks down to it; a list's items are all `[]` to rules, but numbered for people. */
export interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}

export function child(parent: Path | undefined, key: string | number): Path {
  return { parent, key };
}

/** `services.web.ports[0]` */
export function pathText(path: Path | undefined): string {
  if (!path) return '';
  const before = pathText(path.parent);
  if (typeof path.key === 'number') return `${before}[${path.key}]`;
  return before ? `${before}.${path.key}` : path.key;
}

/**
 * Rules by path pattern, walked in step with a document: `services.*.build.args`, where `*` stands for any key and for
 * any item of a list. A subtree without rules has no cursor, so that phases pass it by.
 */
export class PathRules<Rule> {
  readonly #rule: Rule | undefined;
  readonly #children = new Map<string, PathRules<Rule>>();

  private constructor(rule: Rule | undefined) {
    this.#rule = rule;
  }

  static from<Rule>(table: Readonly<Record<string, Rule>>): PathRules<Rule> {
    interface Draft {
      rule?: Rule;
      children: Map<string, Draft>;
    }
    const root: Draft = { children: new Map() };
    for (const [pattern, rule] of Object.entries(table)) {
      let draft = root;
      for (const key of pattern.split('.')) {
        const next = draft.children.get(key) ?? { children: new Map<string, Draft>() };
        draft.children.set(key, next);
        draft = next;
      }
      draft.rule = rule;
    }
    const build = (draft: Draft): PathRules<Rule> => {
      const rules = new PathRules<Rule>(draft.rule);
      for (const [key, next] of draft.children) rules.#children.set(key, build(next));
      return rules;
    };
    return build(root);
  }

  /** The rule for exactly this place. */
  get rule(): Rule | undefined {
    return this.#rule;
  }

  /** The rules below `key`. */
  key(key: string): PathRules<Rule> | undefined {
    return this.#children.get(key) ?? this.#children.get('*');
  }

  /** The rules below a list's items. */
  item(): PathRules<Rule> | undefined {
    return this.#children.get('*');
  }
}
