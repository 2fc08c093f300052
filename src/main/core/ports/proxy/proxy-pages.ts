import type { ProxyRoute } from './proxy-routes.ts';

/** What a browser shows for a name that leads nowhere: the names that do. */
export function unknownHostPage(host: string, routes: readonly ProxyRoute[], origin: (route: ProxyRoute) => string): string {
  const items = routes.map((route) => `<li><a href="${escape(origin(route))}">${escape(route.host)}</a> ${escape(route.title)}</li>`).join('');
  const list = routes.length === 0 ? '<p>No environment with a web page runs now. Start one in Slipway.</p>' : `<p>These names do:</p><ul>${items}</ul>`;
  return page('No such name', `<p><b>${escape(host)}</b> does not lead to a running service.</p>${list}`);
}

export function noAnswerPage({ title, target }: ProxyRoute): string {
  return page('No answer', `<p><b>${escape(title)}</b> does not answer on port ${target.port}. It may still be starting: try again, or look at its logs in Slipway.</p>`);
}

function page(title: string, body: string): string {
  const style = 'body{font:15px/1.5 system-ui,sans-serif;max-width:42em;margin:12vh auto;padding:0 1.5em;color-scheme:light dark}li{margin:.3em 0}';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} – Slipway</title><style>${style}</style><h1>${title}</h1>${body}</html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
