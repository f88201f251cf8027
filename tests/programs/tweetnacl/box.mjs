// Seals and opens boxes with TweetNaCl.js, one JSON line in, one out, for the box vectors:
//   {"op":"keypair"}                              -> {"secret","public"}
//   {"op":"seal","secret","public","text"}        -> {"box"}
//   {"op":"open","secret","public","box"}         -> {"text"} or {"error"}
import readline from 'node:readline';
import { SecureChat } from './secure_chat.mjs';

function answer(request) {
  const chat = new SecureChat(request.secret);
  if (request.op === 'keypair') return { secret: chat.secretKey, public: chat.publicKey };
  chat.addContact('peer', request.public);
  if (request.op === 'seal') return { box: chat.encrypt(request.text, 'peer') };
  return { text: chat.decrypt(request.box, 'peer') };
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message) }));
  }
});
