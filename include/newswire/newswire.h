#ifndef NEWSWIRE_H
#define NEWSWIRE_H

#include <newswire/article.h>
#include <newswire/base.h>
#include <newswire/clean.h>
#include <newswire/client.h>
#include <newswire/feed.h>
#include <newswire/message.h>
#include <newswire/tag.h>
#include <newswire/version.h>

#endif
