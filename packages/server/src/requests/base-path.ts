/**
 * Where the paths of the server begin for those who reach it at this address: `https://example.org/chat` gives `/chat`.
 * @throws TypeError when the path could not be typed into a shell as it is, or would be taken for a host (`//`)
 */
export function basePath(publicUrl: string): string {
  const base = new URL(publicUrl).pathname.replace(/\/+$/, '')
  if (/^(\/[\w.~%-]+)*$/.test(base)) return base
  throw new TypeError(`The path of ${publicUrl} may have letters, digits, and - . _ ~ between single slashes`)
}
