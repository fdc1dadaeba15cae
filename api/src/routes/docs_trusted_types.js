// What Swagger UI makes of Markdown goes into the page as a text of HTML, which its sanitizer has cleaned. Every such text comes by
// here (Trusted Types): plain markup goes on, and all else is refused, whoever brings it. So is every script, by text or by address.
"use strict";
(() => {
  const name = "(?:a|blockquote|br|code|del|em|h[1-6]|hr|li|ol|p|pre|strong|table|tbody|td|th|thead|tr|ul)";
  const address = 'href="(?:https?://|/|#)[^"<>]*"';
  const attribute = `(?: (?:${address}|target="_blank"|rel="noopener noreferrer"|title="[^"<>]*"))`;
  const tag = new RegExp(`<(?:/${name}|${name}${attribute}*)>`, "g");
  const refuse = (what) => {
    throw new TypeError(`the documentation takes no ${what}`);
  };
  const isPlain = (html) => !html.replace(tag, "").includes("<");
  self.trustedTypes?.createPolicy("default", {
    createHTML: (html) => (isPlain(html) ? html : refuse(`markup like ${html.slice(0, 80)}`)),
    createScript: () => refuse("text as a script"),
    createScriptURL: () => refuse("address of a script"),
  });
})();
