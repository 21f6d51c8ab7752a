// Ends at once. Its process id is then one that no process has.
process.disconnect?.();
