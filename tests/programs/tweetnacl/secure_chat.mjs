// The guide's TweetNaCl.js cryptography (section 3): `nacl.box` with a random nonce in front, all
// of it as base64. The guide calls tweetnacl-util's two UTF-8 functions by each other's names,
// which cannot run; here they are the right way round. Nothing else is changed.
import nacl from 'tweetnacl';
import util from 'tweetnacl-util';

export class SecureChat {
  #pair;
  #contacts = new Map();

  constructor(secretKeyBase64) {
    this.#pair = secretKeyBase64
      ? nacl.box.keyPair.fromSecretKey(util.decodeBase64(secretKeyBase64))
      : nacl.box.keyPair();
  }

  get publicKey() {
    return util.encodeBase64(this.#pair.publicKey);
  }

  get secretKey() {
    return util.encodeBase64(this.#pair.secretKey);
  }

  addContact(id, publicKeyBase64) {
    this.#contacts.set(id, util.decodeBase64(publicKeyBase64));
  }

  encrypt(text, recipient) {
    const nonce = nacl.randomBytes(nacl.box.nonceLength);
    const box = nacl.box(
      util.decodeUTF8(text),
      nonce,
      this.#keyOf(recipient),
      this.#pair.secretKey,
    );
    const whole = new Uint8Array(nonce.length + box.length);
    whole.set(nonce);
    whole.set(box, nonce.length);
    return util.encodeBase64(whole);
  }

  decrypt(encryptedBase64, sender) {
    const whole = util.decodeBase64(encryptedBase64);
    const opened = nacl.box.open(
      whole.slice(nacl.box.nonceLength),
      whole.slice(0, nacl.box.nonceLength),
      this.#keyOf(sender),
      this.#pair.secretKey,
    );
    if (!opened) throw new Error('decryption failed');
    return util.encodeUTF8(opened);
  }

  #keyOf(id) {
    const key = this.#contacts.get(id);
    if (!key) throw new Error('no key of that name');
    return key;
  }
}
