// Whether requests to an address travel unencrypted to another machine. Pure; the server decides.

export function goesInTheClear(address: string): boolean {
  if (!URL.canParse(address.trim())) return false;
  const { protocol, hostname } = new URL(address.trim());
  const here = hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
  return protocol === "http:" && !here;
}
