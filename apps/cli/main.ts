// Replaced by the command tree.
export {};
