"""Runs a program on a terminal of its own: on-terminal.py foreground|background|session PROGRAM WORDS...

foreground: as whoever starts it and waits. background: as with & in a shell that does not tell its jobs when it ends.
The first line of stdin closes the terminal. Then, or when it ends by itself, the exit code is printed; negative: the signal.
"""
import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import threading

way, *program = sys.argv[1:]
master, slave = pty.openpty()
said = os.dup(1)


def take_terminal():
    os.setsid()
    if way != 'session':
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


def shell():
    """The leader of the session, which outlives the terminal."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    job = subprocess.Popen(program, stdin=slave, stdout=slave, stderr=slave, preexec_fn=os.setpgrp, close_fds=True)
    report(job)
    os._exit(0)


def report(job):
    os.write(said, b'pid %d\n' % job.pid)
    os.write(said, b'exit %d\n' % job.wait())


if way == 'background':
    if os.fork() == 0:
        take_terminal()
        os.close(master)
        shell()
else:
    started = subprocess.Popen(program, stdin=slave, stdout=slave, stderr=slave, preexec_fn=take_terminal, close_fds=True)
    threading.Thread(target=report, args=[started]).start()

os.close(slave)
sys.stdin.readline()
os.close(master)
