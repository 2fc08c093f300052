import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Colour that a state dot takes. */
    '--dot'?: string;
  }
}
