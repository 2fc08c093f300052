/** The key that goes with letters in shortcuts, as it is printed on this machine's keyboard. */
export const modKey = navigator.userAgent.includes('Macintosh') ? '⌘' : 'Ctrl';
