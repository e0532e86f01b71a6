package io.felucca.shell.command;

/** A command whose options end at the first other word: the rest is another program's. */
public interface StopsAtWord extends Command {}
