/** What must not be passed on of a text that somebody else wrote: HubSpot, a proxy, a driver. */

const shapes: readonly (readonly [shape: RegExp, replacement: string])[] = [
  // HubSpot's private app tokens and personal access keys: pat-na1-..., pat-eu1-...
  [/pat-[a-z]{2}\d*-[\w-]+/gi, '[token]'],
  // API keys without what names them: rk_<id>_<secret>. Whatever stands before one: %20, a name and a _.
  [/rk_([0-9A-Za-z]{8})_[0-9A-Za-z]+/g, 'rk_$1_[secret]'],
  [/(Bearer)(?:\s|%20|\+)+[\w.~+/=-]+/gi, '$1 [token]'],
  [/(Basic) [A-Za-z0-9+/]{16,}=*/g, '$1 [token]'],
  [
    /(access_token|refresh_token|client_secret|hapikey|password)["']?\s*[=:]\s*(?:"[^"]*"|'[^']*'|[^\s&"',}]+)/gi,
    '$1=[token]',
  ],
  // postgres://user:password@host, whatever the password is made of.
  [/(postgres(?:ql)?):\/\/[^\s"'<>]*@/gi, '$1://[credentials]@'],
  [/:\/\/[^\s/]+@/g, '://[credentials]@'],
];

/** `text` without what looks like a token or a password. */
export function withoutTokens(text: string): string {
  return shapes.reduce((rest, [shape, replacement]) => rest.replaceAll(shape, replacement), text);
}
