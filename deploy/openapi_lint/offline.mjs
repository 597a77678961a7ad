// Loaded before any linter: nothing that lints may open a connection or ask for a name, whatever its settings.

import dns from "node:dns";
import net from "node:net";
import { syncBuiltinESMExports } from "node:module";

const refuse = () => {
  console.error("A linter wanted to reach the network.");
  process.exit(3);
};
net.Socket.prototype.connect = refuse;
dns.lookup = refuse;
dns.promises.lookup = refuse;
dns.Resolver = refuse;
syncBuiltinESMExports();
