// A client written from the guide's browser part (sections 3 and 5), without the browser:
// registers, asks who is there, learns keys from the relay, sends and opens boxes.
//
// Called by the tests: `node client.mjs URL NAME`, driven by JSON lines:
//   stdin   {"cmd":"send","to","text"} | {"cmd":"get_users"} | {"cmd":"frame","frame"} | {"cmd":"close"}
//   stdout  {"event":"ready","publicKey"} | users | joined | message | undecryptable | closed
import readline from 'node:readline';
import WebSocket from 'ws';
import { SecureChat } from './secure_chat.mjs';

const [url, name] = process.argv.slice(2);
const chat = new SecureChat();
const socket = new WebSocket(url);
const say = (event) => console.log(JSON.stringify(event));
const sendFrame = (frame) => socket.send(JSON.stringify(frame));

function learn({ userId, publicKey }) {
  if (userId !== name) chat.addContact(userId, publicKey);
}

function receive(frame) {
  switch (frame.type) {
    case 'user_list':
      frame.users.forEach(learn);
      say({ event: 'users', users: frame.users });
      break;
    case 'user_joined':
      learn(frame);
      say({ event: 'joined', userId: frame.userId, publicKey: frame.publicKey });
      break;
    case 'message':
      try {
        const text = chat.decrypt(frame.encrypted, frame.from);
        say({ event: 'message', from: frame.from, text, timestamp: frame.timestamp });
      } catch (error) {
        say({ event: 'undecryptable', from: frame.from, reason: String(error.message) });
      }
      break;
  }
}

function obey(command) {
  switch (command.cmd) {
    case 'send':
      sendFrame({
        type: 'message',
        to: command.to,
        encrypted: chat.encrypt(command.text, command.to),
      });
      break;
    case 'get_users':
      sendFrame({ type: 'get_users' });
      break;
    case 'frame':
      sendFrame(command.frame);
      break;
    case 'close':
      socket.close();
      break;
  }
}

socket.on('open', () => {
  sendFrame({ type: 'register', userId: name, publicKey: chat.publicKey });
  sendFrame({ type: 'get_users' });
  say({ event: 'ready', publicKey: chat.publicKey });
});
socket.on('message', (data) => receive(JSON.parse(data)));
socket.on('close', (code) => {
  say({ event: 'closed', code });
  process.exit(0);
});
socket.on('error', (error) => say({ event: 'failed', reason: String(error.message) }));
const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => obey(JSON.parse(line)));
lines.on('close', () => socket.close());
