import type { Language } from './words.ts'

/** What the keys do: those that do it, apart by spaces, and what that is. */
export const keys: Readonly<Record<Language, readonly (readonly [string, string])[]>> = {
  en: [
    ['Enter', 'sends the message'],
    ['Shift+Enter', 'begins another line'],
    ['↑', 'in the empty box: edits your last message'],
    ['@', 'offers the people of the room'],
    ['`…`', 'shows what is between as code; ``` does so with lines'],
    ['Esc', 'leaves an edit, or closes what is open'],
    ['Ctrl+K ⌘K', 'changes room'],
    ['Tab', 'goes through the page'],
    ['↑ ↓ Home End', 'in the messages: go from one to another'],
    ['?', 'shows this help']
  ],
  es: [
    ['Intro', 'envía el mensaje'],
    ['Mayús+Intro', 'empieza otra línea'],
    ['↑', 'en el cuadro vacío: edita tu último mensaje'],
    ['@', 'ofrece a las personas de la sala'],
    ['`…`', 'muestra lo que encierra como código; ```, varias líneas'],
    ['Esc', 'deja la edición, o cierra lo que se abrió'],
    ['Ctrl+K ⌘K', 'cambia de sala'],
    ['Tab', 'recorre la página'],
    ['↑ ↓ Inicio Fin', 'en los mensajes: van de uno a otro'],
    ['?', 'muestra esta ayuda']
  ]
}
