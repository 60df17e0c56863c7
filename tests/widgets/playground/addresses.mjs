// The address of each state, and the state that it leads to: node addresses.mjs SCRIPT < states.json
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { defaults, fromAddress, toAddress } = await import(pathToFileURL(process.argv[2]).href);
const states = JSON.parse(readFileSync(0, "utf8"));
const addresses = states.map((state) => toAddress({ ...defaults(), ...state }));
console.log(JSON.stringify(addresses.map((address) => [address, fromAddress(address)])));
