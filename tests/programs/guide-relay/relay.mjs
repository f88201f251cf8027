// A relay that behaves as the one of the guide (section 4) does, faults included: no checks, any
// name for anybody, one bad frame ends it, an old socket that closes takes the newer one's name
// off the list. It is what Sotto must get along with, so nothing may be repaired here.
//
// Called by the tests: `node relay.mjs [PORT]`; port 0 lets the system choose. Prints
// "listening PORT" when it is ready.
import { WebSocketServer } from 'ws';

const listed = new Map();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2] ?? 0) });

const toAll = (frame) => {
  const text = JSON.stringify(frame);
  for (const { socket } of listed.values()) socket.send(text);
};

server.on('connection', (socket) => {
  // As in the guide, a socket's name is whatever it registered last; earlier ones stay listed.
  let name = null;

  socket.on('message', (bytes) => {
    // No try: what is not JSON ends the process for everybody, and so does `null`.
    const frame = JSON.parse(bytes);
    if (frame.type === 'register') {
      name = frame.userId;
      listed.set(name, { socket, publicKey: frame.publicKey });
      toAll({ type: 'user_joined', userId: name, publicKey: frame.publicKey });
    } else if (frame.type === 'message') {
      const recipient = listed.get(frame.to);
      // Who is away gets nothing, and the sender does not hear of it.
      recipient?.socket.send(
        JSON.stringify({
          type: 'message',
          from: name,
          encrypted: frame.encrypted,
          timestamp: Date.now(),
        }),
      );
    } else if (frame.type === 'get_users') {
      const users = [...listed].map(([userId, { publicKey }]) => ({ userId, publicKey }));
      socket.send(JSON.stringify({ type: 'user_list', users }));
    }
  });

  socket.on('close', () => {
    if (!name) return;
    // Whoever holds the name by now is the one who loses it.
    listed.delete(name);
    toAll({ type: 'user_left', userId: name });
  });
});

server.on('listening', () => console.log(`listening ${server.address().port}`));
