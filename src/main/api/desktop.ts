/** What only a desktop shell can do. The shell gives it; the core never sees it. */
export interface Desktop {
  readonly version: string;
  readonly platform: string;
  /** Raises `usage.invalid` for anything but http, https and mailto. */
  openExternal(url: string): Promise<void>;
  /** Null when the person cancelled. */
  pickCompose(): Promise<{ path: string } | null>;
  revealDirectory(directory: string): Promise<void>;
}
