let last = 0;

/**
 * A UUIDv7 (RFC 9562) for the moment `now` (ms since 1970). Each is greater than the one before, unless the clock was
 * set back by more than a second.
 */
export function uuid7(now) {
  const ahead = last - now;
  last = Math.floor(ahead >= 0 && ahead < 1000 ? last + 1 : now);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(last / 2 ** 32));
  view.setUint32(2, last % 2 ** 32);
  view.setUint8(6, 0x70 | (bytes[6] & 0x0f));
  view.setUint8(8, 0x80 | (bytes[8] & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
