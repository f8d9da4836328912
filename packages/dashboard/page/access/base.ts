/** The path that the page lives under, without a slash at its end: the server wrote it into the document. */
export function basePathOf(document: Document): string {
  const content = document.querySelector('meta[name="opscore-base"]')?.getAttribute('content') ?? '/'
  return new URL(content, location.href).pathname.replace(/\/$/, '')
}
