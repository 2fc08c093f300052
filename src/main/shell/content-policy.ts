/**
 * What the window's page may load: its own files. Mantine writes its theme's variables into `<style>` elements, hence
 * inline styles; there are no inline scripts, no remote addresses, and nothing to connect to but the port.
 */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
].join('; ');

/** Only a header can forbid being framed. */
export const contentPolicyHeader = `${contentPolicy}; frame-ancestors 'none'`;
