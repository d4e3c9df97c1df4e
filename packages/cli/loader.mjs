// chat.mjs begins with this: see bundle.mjs.

/** What the program is made of, by the names by which its parts require each other: functions, and texts that become some when needed. */
const parts = {
  // PARTS
}
const builtin = process.getBuiltinModule ?? (await import('node:module')).createRequire(import.meta.url)
const begun = new Map()

function load(name) {
  const part = parts[name]
  if (part === undefined) return builtin(name)
  if (begun.has(name)) return begun.get(name)
  const exports = {}
  begun.set(name, exports)
  const named = ['exports', 'require', '__filename']
  const run =
    typeof part === 'string'
      ? builtin('node:vm').compileFunction(part, named, { filename: `${import.meta.filename}/${name}` })
      : part
  run(exports, load, import.meta.filename)
  return exports
}

export const { main } = load('./main.js')
