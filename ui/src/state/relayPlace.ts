/** Where the address of a relay leads. Pure. */

/** The address that stands for the relay of this computer. It is no address that anybody else has. */
export const THIS_COMPUTER = "sotto:this-computer";

/** Addresses of the computer that they are used on (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
const LOOPBACK =
  /^wss?:\/\/(?:(?:[^/:]+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])(?::\d+)?(?:[/?]|$)/iu;

/** Whether an address leads everybody only to their own computer. */
export const isOnlyHere = (address: string): boolean =>
  address === THIS_COMPUTER || LOOPBACK.test(address);
