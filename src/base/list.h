/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_LIST_H
#define WEIR_BASE_LIST_H

#include <stdbool.h>

#include "base/str.h"	/* container_of */

/*
 * An intrusive doubly linked ring.  The list's head is a node too; a node
 * that is in no list points at itself, so removing it twice is harmless.
 */
struct node {
	struct node *prev, *next;
};

static inline void
list_init(struct node *n)
{
	n->prev = n->next = n;
}

static inline bool
list_empty(const struct node *head)
{
	return head->next == head;
}

/* Inserts before `at`: with the head, that is the tail of the list. */
static inline void
list_add(struct node *at, struct node *n)
{
	n->prev = at->prev;
	n->next = at;
	at->prev->next = n;
	at->prev = n;
}

static inline void
list_del(struct node *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}

/* The body may remove `pos` but no other node. */
#define LIST_EACH(pos, head) \
	for (struct node *pos = (head)->next, *pos##_next = pos->next; pos != (head); \
	    pos = pos##_next, pos##_next = pos->next)

#endif
