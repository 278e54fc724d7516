#ifndef NW_RT_DOOR_H
#define NW_RT_DOOR_H

/*
 * Whoever knocks while no descriptor is left. What waits to be accepted wakes its listener
 * again at once, over and over; libzmq 4.3.4 even ends the process where that listens in the
 * file system, and libmicrohttpd 0.9.75 hears nobody any more until one of its connections
 * ends. So accept4(2), as the libraries call it in this program, takes those connections with
 * a descriptor that is kept for it, and closes them: "try again" is what a library is told.
 *
 * From here on, for all threads but the one that calls: its listeners are told the truth.
 */
void nw_door_guard(void);

#endif
