/** What only a desktop shell can do. The shell gives it; the core never sees it. */
export interface Desktop {
  readonly version: string;
  readonly platform: string;
  /** Raises `usage.invalid` for anything but http, https and mailto. */
  openExternal(url: string): Promise<void>;
  /** Null when the person cancelled. */
  pickCompose(): Promise<{ path: string } | null>;
  /** Where to write a file; null when the person cancelled. `name` is what the dialogue proposes. */
  pickSave(request: { readonly title: string; readonly name: string }): Promise<{ path: string } | null>;
  /** A file to read; null when the person cancelled. `label` stands on the button, `kind` names what `extensions` mean. */
  pickOpen(request: {
    readonly title: string;
    readonly label: string;
    readonly kind: string;
    readonly extensions: readonly string[];
  }): Promise<{ path: string } | null>;
  revealDirectory(directory: string): Promise<void>;
}
